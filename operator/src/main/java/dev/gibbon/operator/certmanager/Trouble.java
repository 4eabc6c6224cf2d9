package dev.gibbon.operator.certmanager;

/**
 * What keeps cert-manager from serving the mesh.
 *
 * @param message one sentence, printable ASCII
 */
public record Trouble(Reason reason, String message) {
    private static final int MAX_LENGTH = 500;

    /** Of Events, in one word. */
    public enum Reason {
        CERT_MANAGER_MISSING("CertManagerMissing"),
        ISSUER_MISSING("IssuerMissing"),
        ISSUER_NOT_READY("IssuerNotReady"),
        CERTIFICATE_NOT_READY("IntermediateNotReady"),
        INTERMEDIATE_UNUSABLE("IntermediateUnusable"),
        API_FAILED("IntermediateNotRead");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** E.g. {@code IssuerMissing}. */
        public String label() {
            return label;
        }
    }

    public Trouble {
        String printable = message.replaceAll("[^ -~]", "?");
        message =
                printable.length() > MAX_LENGTH
                        ? printable.substring(0, MAX_LENGTH) + "..."
                        : printable;
    }
}

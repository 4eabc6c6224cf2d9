package dev.gibbon.operator.webhook;

/** What is answered to an HTTP request. */
record HttpAnswer(int status, String contentType, String body) {

    static HttpAnswer text(int status, String sentence) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", sentence + "\n");
    }

    static HttpAnswer json(String document) {
        return new HttpAnswer(200, "application/json", document);
    }
}

package dev.gibbon.operator.check;

/**
 * One thing that is looked at. Pure.
 *
 * @param id kebab case; never changes
 * @param title what is the case when all is well, as a short sentence
 * @param meaning what it means when that is not so
 * @param remedy what to do then
 */
public record Check(
        Group group, String id, String title, String meaning, String remedy, Look look) {

    /** Decides by what was read of a cluster. */
    @FunctionalInterface
    interface Look {
        /**
         * @throws NotRead when what is needed is not in the snapshot
         */
        Outcome at(ClusterSnapshot cluster) throws NotRead;
    }

    /** How a check has ended for one cluster. */
    public record Result(Check check, Outcome outcome) {}

    Result run(ClusterSnapshot cluster) {
        try {
            return new Result(this, look.at(cluster));
        } catch (NotRead e) {
            return new Result(this, Outcome.skipped(e.reason()));
        }
    }
}

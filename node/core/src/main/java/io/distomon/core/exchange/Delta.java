package io.distomon.core.exchange;

import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/** Which of the entries that the other side lacks go into a message of bounded size. */
final class Delta {
    /** Everything around the ids and texts of one entry in JSON. */
    private static final int FRAME_BYTES = "\"\":{\"payload\":\"\",\"signature\":\"\",\"sig_id\":\"\"},".length();

    /** There is room for so much in any message: the dates of all that is held take much less than the other half. */
    private static final int ALWAYS_FITTING_BYTES = Limits.MAX_MESSAGE_BYTES / 2;

    private Delta() {}

    /**
     * All of {@code lacking} when it fits. Otherwise our own entry first, then what fits from a random place on: with a
     * fixed order the last ones would starve while the first ones change.
     *
     * @param lacking what the other side lacks; our own first, if it is among them
     * @param nodeId which one is ours
     * @param budgetBytes how long their JSON may be; asked for when that is not beyond doubt
     */
    static RawEntries fit(
            List<SignedNodeData> lacking, String nodeId, IntSupplier budgetBytes, RandomGenerator random) {
        long total = lacking.stream().mapToLong(Delta::bytes).sum();
        if (total <= ALWAYS_FITTING_BYTES && lacking.size() <= Limits.MAX_ENTRIES) {
            return RawEntries.of(lacking);
        }
        return fit(lacking, nodeId, budgetBytes.getAsInt(), random);
    }

    /** Likewise, of so many bytes at most. */
    static RawEntries fit(List<SignedNodeData> lacking, String nodeId, int budgetBytes, RandomGenerator random) {
        long total = lacking.stream().mapToLong(Delta::bytes).sum();
        if (total <= budgetBytes && lacking.size() <= Limits.MAX_ENTRIES) {
            return RawEntries.of(lacking);
        }
        List<SignedNodeData> chosen = new ArrayList<>();
        long left = budgetBytes;
        for (SignedNodeData entry : inSendingOrder(lacking, nodeId, random)) {
            if (chosen.size() == Limits.MAX_ENTRIES) {
                break;
            }
            if (bytes(entry) <= left) {
                chosen.add(entry);
                left -= bytes(entry);
            }
        }
        return RawEntries.of(chosen);
    }

    private static List<SignedNodeData> inSendingOrder(
            List<SignedNodeData> lacking, String nodeId, RandomGenerator random) {
        int own = lacking.getFirst().raw().sigId().equals(nodeId) ? 1 : 0;
        List<SignedNodeData> others = lacking.subList(own, lacking.size());
        List<SignedNodeData> order = new ArrayList<>(lacking.subList(0, own));
        int start = others.isEmpty() ? 0 : random.nextInt(others.size());
        order.addAll(others.subList(start, others.size()));
        order.addAll(others.subList(0, start));
        return order;
    }

    /** Ids and base64 need no escapes: a character is a byte. */
    private static long bytes(SignedNodeData entry) {
        RawEntry raw = entry.raw();
        return FRAME_BYTES
                + 2L * raw.sigId().length()
                + raw.payload().length()
                + raw.signature().length();
    }
}

package io.distomon.e2e.demo.receiver;

/**
 * What a receiver was told.
 *
 * @param receiver its name in the spec
 * @param sender the node that told it; empty where the message does not say
 * @param signed whether it came with a signature, which was right
 * @param state {@code firing} or {@code resolved}; empty of a message that is for people only
 * @param subject whom it is about; empty likewise
 * @param summary the same in words
 */
public record Told(String receiver, String sender, boolean signed, String state, String subject, String summary) {
    /** {@code pager: nyc is down: 4 of 4 observers say so since 10:42 UTC (signed, from ams)}. */
    public String words() {
        String by = (signed ? "signed" : "not signed") + (sender.isEmpty() ? "" : ", from " + sender);
        return "%s: %s (%s)".formatted(receiver, summary, by);
    }
}

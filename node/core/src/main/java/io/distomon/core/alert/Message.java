package io.distomon.core.alert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver is told at once.
 *
 * @param receiver its name
 * @param networkId the network
 * @param sender the node that tells it
 * @param page where the node's page is, by the network's config; null when that says no url
 * @param notices at least one
 */
public record Message(
        String receiver,
        String networkId,
        String sender,
        @Nullable String page,
        List<Notice> notices) {
    public Message {
        notices = List.copyOf(notices);
    }

    /** Whether all of it may have been told before. */
    public boolean isRepeat() {
        return notices.stream().allMatch(Notice::repeat);
    }
}

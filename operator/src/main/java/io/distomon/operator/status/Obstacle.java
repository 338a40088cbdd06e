package io.distomon.operator.status;

/**
 * Something that reconciling could not do.
 *
 * @param reason what, in the word of the condition that it makes False
 * @param message a sentence for people that names the object; no secrets
 */
public record Obstacle(Reason reason, String message) {
    /** What can go wrong; the names are the reasons of conditions. */
    public enum Reason {
        /** Something that isn't the network's has the name of one of its children. Accepted is False. */
        NameCollision,
        /** A Secret with the name of a node's key is something else. Accepted is False. */
        KeyMismatch,
        /** Two nodes have one key. Accepted is False. */
        SharedKey,
        /** The files of all nodes are more than one Secret takes. Accepted is False. */
        ConfigTooLarge,
        /** The cluster has no API for a child that the spec asks for. Accepted is False. */
        ApiMissing,
        /** The API server has not done it, at several tries. Accepted is False. */
        ApiError,
        /** What a network of the same name left behind is in the way. Accepted is False. */
        PredecessorLeaving,
        /** The Secret with a known node's key is gone. KeysReady is False. */
        KeyMissing,
        /** A Secret that the nodes need, or that the spec refers to, has not what it should. KeysReady is False. */
        SecretUnusable,
        /** A Secret that the spec refers to is not there. KeysReady is False. */
        SecretMissing,
        /** The same of a Secret with what a receiver of alerts is reached by. AlertsReady is False, and nothing else. */
        ReceiverSecretUnusable,
        /** A Secret with what a receiver of alerts is reached by is not there. AlertsReady is False, and nothing else. */
        ReceiverSecretMissing;

        /** The type of the condition that it makes False. */
        String condition() {
            return switch (this) {
                case NameCollision, KeyMismatch, SharedKey, ConfigTooLarge, ApiMissing, ApiError, PredecessorLeaving ->
                    ConditionTypes.ACCEPTED;
                case KeyMissing, SecretUnusable, SecretMissing -> ConditionTypes.KEYS_READY;
                case ReceiverSecretUnusable, ReceiverSecretMissing -> ConditionTypes.ALERTS_READY;
            };
        }

        /** Whether it stays so until somebody does something about it, and what was asked for does not run meanwhile. */
        boolean stays() {
            return switch (this) {
                case NameCollision, KeyMismatch, SharedKey, ConfigTooLarge, KeyMissing, SecretUnusable -> true;
                case ApiError, PredecessorLeaving -> false;
                // What makes Secrets out of a vault, or is applied after the network, as an API may be, takes its time.
                case SecretMissing, ApiMissing -> false;
                // The nodes do what they are for.
                case ReceiverSecretUnusable, ReceiverSecretMissing -> false;
            };
        }
    }
}

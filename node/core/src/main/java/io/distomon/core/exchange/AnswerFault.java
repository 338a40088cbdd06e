package io.distomon.core.exchange;

/** Why an answer does not count, for logs and metrics; the first that is found. */
public enum AnswerFault {
    /** More than {@link Limits#MAX_MESSAGE_BYTES}. */
    SIZE("size"),
    /** No signature of ours at all: from a proxy, or from a node that does not know us. */
    UNSIGNED("unsigned"),
    /** Another content type than the status demands, or an encoding. */
    CONTENT_TYPE("content type"),
    /** A signature that does not cover what it must, or is not written so. */
    COMPONENTS("components"),
    /** Another node signed. */
    SENDER("keyid is not the polled node's"),
    /** The polled node signed with a key that is not in our config. */
    KEY("key unknown"),
    /** The body is not what was signed. */
    DIGEST("digest"),
    /** The signature is wrong, or answers another request. */
    SIGNATURE("signature"),
    /** The body is no answer. */
    BODY("body"),
    /** The body is of another network. */
    NETWORK("network_id"),
    /** The body names another node than the signature. */
    SIG_ID("sig_id"),
    /** The body is for another node. */
    TO("to");

    private final String reason;

    AnswerFault(String reason) {
        this.reason = reason;
    }

    /** In words. */
    public String reason() {
        return reason;
    }
}

package io.distomon.crds.v1alpha1;

/** Patterns of the schema, in the API server's dialect (RE2, searched for anywhere: hence the anchors). */
final class Names {
    /** What names a node or a network on the wire; the same alphabet as the nodes' own. */
    static final String IDENTIFIER = "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$";

    /** A label of a domain name (RFC 1123). */
    static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /** The name of a Secret (RFC 1123 subdomain). */
    static final String DNS_SUBDOMAIN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /** The value of a label; may be empty. */
    static final String LABEL_VALUE = "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$";

    /** A word. */
    static final String NO_SPACE = "^\\S+$";

    /** Scheme, host and port, perhaps a path; no user, query or fragment. */
    static final String HTTP_URL = "^https?://[^\\s/?#@]+(/[^\\s?#]*)?$";

    /** One SPKI public key as PEM (RFC 7468). */
    static final String PUBLIC_KEY_PEM =
            "^\\s*-----BEGIN PUBLIC KEY-----\\s[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$";

    private Names() {}
}

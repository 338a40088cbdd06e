package io.distomon.crds.v1alpha1;

/**
 * Patterns of the schema, in the API server's dialect (RE2, searched for anywhere: hence the anchors). Java takes them
 * too, with {@code matches()}: its {@code $} alone would let a line end pass.
 */
public final class Names {
    /** The name of a resource: it begins its Services' names, which may not begin with a digit (RFC 1035 label). */
    public static final String RESOURCE_NAME = "^[a-z]([-a-z0-9]*[a-z0-9])?$";

    /** The longest name of a resource: with a hyphen and a node's id of 20 it must make a label of 63 at most. */
    public static final int RESOURCE_NAME_LENGTH = 40;

    /** What names a node or a network on the wire; the same alphabet as the nodes' own. */
    public static final String IDENTIFIER = "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$";

    /** A label of a domain name (RFC 1123). */
    public static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /** The name of a Secret (RFC 1123 subdomain). */
    public static final String DNS_SUBDOMAIN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /** The name of an entry of a Secret. */
    public static final String SECRET_ENTRY = "^[-._a-zA-Z0-9]+$";

    /** The value of a label; may be empty. */
    public static final String LABEL_VALUE = "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$";

    /** A word. */
    public static final String NO_SPACE = "^\\S+$";

    /** No line end, and nothing else that does something to a screen. */
    public static final String ONE_LINE = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";

    /** A moment (RFC 3339), with capitals. */
    public static final String MOMENT =
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?" + "(Z|[+-][0-9]{2}:[0-9]{2})$";

    /** Scheme, host and port, perhaps a path; no user, query or fragment. */
    public static final String HTTP_URL = "^https?://[^\\s/?#@]+(/[^\\s?#]*)?$";

    /** Scheme, the name of a host in lower case, perhaps a path, and nothing more: what an Ingress can be made for. */
    public static final String INGRESS_URL =
            "^https?://([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])+[a-z]([-a-z0-9]*[a-z0-9])?(/[A-Za-z0-9._~-]+)*/?$";

    /** A path without a slash at its end, or a part that is dots alone; the same alphabet as the nodes' own. Or the root. */
    public static final String PATH_PREFIX = "^(/|(/[.]*[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)$";

    /** An address, perhaps with the number of bits that a range of them has in common. */
    public static final String ADDRESS_RANGE = "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$";

    /** Where a git repository is, without credentials: http, https, ssh or {@code user@host:path}; the nodes' own rule. */
    public static final String GIT_URL = "^(https?://[^/@\\s?#]+(/[^\\s?#]*)?|ssh://([^/@:\\s]+@)?[^/@\\s?#]+/[^\\s?#]+"
            + "|[A-Za-z0-9_.-]+@[A-Za-z0-9.-]{2,}:/?[^/\\s?#][^\\s?#]*)$";

    /** The name of a branch: words, with single dots and slashes between them. */
    public static final String GIT_BRANCH = "^[A-Za-z0-9_]([A-Za-z0-9_+-]|[./][A-Za-z0-9_+-])*$";

    /** One SPKI public key as PEM (RFC 7468). */
    public static final String PUBLIC_KEY_PEM =
            "^\\s*-----BEGIN PUBLIC KEY-----\\s[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$";

    /** Certificates as PEM (RFC 7468), perhaps with words between them. */
    public static final String CERTIFICATES_PEM =
            "^[\\s\\S]*-----BEGIN CERTIFICATE-----\\s[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$";

    /** Kubernetes' own pattern of a quantity. */
    public static final String QUANTITY = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))"
            + "(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    private Names() {}
}

package io.distomon.operator.validate;

import java.util.List;

/** What came out of validating a resource. */
public sealed interface Validation {
    /** It can be carried out. */
    record Accepted(Network network) implements Validation {}

    /**
     * It can't.
     *
     * @param findings every mistake, at least one, in the order of the fields
     */
    record Refused(List<Finding> findings) implements Validation {
        public Refused {
            findings = List.copyOf(findings);
        }
    }
}

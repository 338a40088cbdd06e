package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of yours for what the nodes share, instead of what the operator makes up. A change reaches the nodes without a
 * restart. While one is missing or unfit, the nodes go on with what they have.
 *
 * @param loginSecretRef The password of the user admin; absent means that of the Secret that is called like the resource
 *     with -login, which holds a copy of it otherwise.
 * @param jwtSecretRef What tokens are signed with, at least 32 bytes; absent means that of the Secret that is called like the
 *     resource with -jwt, which holds a copy of it otherwise.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AuthSpec(
        @Nullable SecretEntryRef loginSecretRef, @Nullable SecretEntryRef jwtSecretRef) {
    static final AuthSpec NONE = new AuthSpec(null, null);
}

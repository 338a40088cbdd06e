package io.distomon.operator.mirror;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.core.config.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/**
 * Makes the operator's own tokens for the nodes of one network, good for five minutes, so that it never needs a password.
 *
 * @param secret what the nodes verify tokens with, at least {@value #MIN_SECRET_BYTES} bytes
 */
public record TokenSigner(Secret secret) {
    /** RFC 7518 section 3.2: a key for HS256 is no shorter than its hash. */
    public static final int MIN_SECRET_BYTES = 32;

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    public TokenSigner {
        if (bytes(secret).length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("the secret that tokens are signed with is too short, expected at least "
                    + MIN_SECRET_BYTES + " bytes");
        }
    }

    /** A new token. */
    public String token(Instant now) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("distomon-operator")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build();
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(bytes(secret)));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("no token could be signed", e);
        }
    }

    private static byte[] bytes(Secret secret) {
        return secret.reveal().getBytes(StandardCharsets.UTF_8);
    }
}

package io.distomon.operator.page;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.core.Clock;
import io.distomon.core.config.NetworkFile;
import io.distomon.core.config.Secret;
import io.distomon.core.crypto.Sha256;
import io.distomon.core.login.LoginLimit;
import io.distomon.core.login.SourceAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Trades the page's password for tokens, and knows these again. Tokens are signed with a key of this process and of the
 * password: they end with either. Guesses are limited as a node limits them. Safe for use by many threads.
 */
final class PageLogin {
    static final String USERNAME = "admin";
    static final Duration LIFETIME = Duration.ofHours(1);

    /** The longest that a node takes too. */
    static final int MAX_PASSWORD_CHARS = 4096;

    private static final int MAX_FILE_BYTES = 4 * MAX_PASSWORD_CHARS;
    private static final int MAX_TOKEN_CHARS = 2048;
    private static final int KEY_BYTES = 32;
    private static final String MAC = "HmacSHA256";
    private static final String BEARER = "Bearer ";

    private final Path passwordFile;
    private final Clock clock;
    private final LoginLimit limit = new LoginLimit();
    private final byte[] key = new byte[KEY_BYTES];

    PageLogin(Path passwordFile, Clock clock) {
        this.passwordFile = passwordFile;
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    /** There is no password to compare with. Its message says why, never what is in the file. */
    static final class NoPasswordException extends Exception {
        private static final long serialVersionUID = 1;

        NoPasswordException(String message) {
            super(message);
        }
    }

    /** What became of an attempt. */
    sealed interface Outcome {
        record Right(String token) implements Outcome {}

        record Wrong() implements Outcome {}

        /**
         * It was not looked at.
         *
         * @param pause until it may come again
         */
        record TooMany(Duration pause) implements Outcome {}
    }

    Outcome attempt(InetAddress from, String username, String password) throws NoPasswordException {
        Secret right = password();
        SourceAddress source = SourceAddress.of(from);
        Duration early = limit.begin(source, clock.monotonicNanos());
        if (early.isPositive()) {
            return new Outcome.TooMany(early);
        }
        // By digests, so that how long it takes says nothing of how much is right.
        boolean isRight = MessageDigest.isEqual(Sha256.of(right.reveal()), Sha256.of(password));
        if (!isRight || !username.equals(USERNAME)) {
            return new Outcome.Wrong();
        }
        limit.succeeded(source);
        return new Outcome.Right(token(right));
    }

    /** Whether an {@code Authorization} is a token that counts. */
    boolean accepts(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > MAX_TOKEN_CHARS
                || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return false;
        }
        try {
            SignedJWT token =
                    SignedJWT.parse(authorization.substring(BEARER.length()).strip());
            if (!token.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
                    || !token.verify(new MACVerifier(keyOf(password())))) {
                return false;
            }
            Date expires = token.getJWTClaimsSet().getExpirationTime();
            return expires != null && expires.toInstant().isAfter(now());
        } catch (ParseException | JOSEException | NoPasswordException e) {
            return false;
        }
    }

    /** The password. */
    Secret password() throws NoPasswordException {
        byte[] bytes;
        try (InputStream file = Files.newInputStream(passwordFile)) {
            bytes = file.readNBytes(MAX_FILE_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new NoPasswordException(
                    "%s: found no file, expected one with the password of the page's login".formatted(passwordFile));
        } catch (IOException e) {
            throw new NoPasswordException("%s: it can't be read: %s"
                    .formatted(passwordFile, e.getClass().getSimpleName()));
        }
        return switch (NetworkFile.of(bytes)) {
            case NetworkFile.Fault(String found, String expected) ->
                throw new NoPasswordException("%s: found %s, expected %s".formatted(passwordFile, found, expected));
            case NetworkFile.Text(String text) -> password(text.replaceFirst("[\r\n]+$", ""));
        };
    }

    private Secret password(String text) throws NoPasswordException {
        if (text.isBlank() || text.length() > MAX_PASSWORD_CHARS) {
            throw new NoPasswordException("%s: found %s, expected a password of 1 to %s characters"
                    .formatted(passwordFile, text.isBlank() ? "nothing" : "a longer text", MAX_PASSWORD_CHARS));
        }
        return new Secret(text);
    }

    private String token(Secret password) {
        Instant now = now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(USERNAME)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build();
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(keyOf(password)));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("no token could be signed", e);
        }
    }

    private byte[] keyOf(Secret password) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(password.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(Math.floorDiv(clock.wallMicros(), 1_000L));
    }
}

package io.distomon.node.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.node.ApiClient;
import io.distomon.node.NetworkOnDisk;
import io.distomon.node.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens whose header tries to choose how they are verified. Whoever made them knows the right secret, or a key. */
class TokenTest {
    /** Long enough for HS512: a shorter one would be refused for its length. */
    private static final String SECRET = NetworkOnDisk.JWT_SECRET.repeat(2);

    private static Node node;
    private static ApiClient api;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        NetworkOnDisk network = new NetworkOnDisk(directory, "fra");
        Files.writeString(network.directory("fra").resolve("jwt"), SECRET + "\n");
        node = Node.start(network.properties("fra"));
        api = new ApiClient(network.apiPort("fra"));
    }

    @AfterAll
    static void stop() {
        api.close();
        node.close();
    }

    @Test
    void onlyHs256IsAcceptedThoughTheSecretIsRight() throws Exception {
        assertThat(status(signed(new JWSHeader(JWSAlgorithm.HS256), new MACSigner(SECRET))))
                .isEqualTo(200);
        assertThat(status(signed(new JWSHeader(JWSAlgorithm.HS384), new MACSigner(SECRET))))
                .isEqualTo(401);
        assertThat(status(signed(new JWSHeader(JWSAlgorithm.HS512), new MACSigner(SECRET))))
                .isEqualTo(401);
    }

    @Test
    void aKeyThatTheTokenBringsAlongIsNotUsed() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(new RSAKey.Builder((RSAPublicKey) pair.getPublic()).build())
                .build();

        assertThat(status(signed(header, new RSASSASigner(pair.getPrivate())))).isEqualTo(401);
        assertThat(status(signed(
                        new JWSHeader(JWSAlgorithm.HS256),
                        new MACSigner(pair.getPublic().getEncoded()))))
                .isEqualTo(401);
    }

    private static int status(String token) throws Exception {
        return api.get("/info", token).statusCode();
    }

    private static String signed(JWSHeader header, JWSSigner signer) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("admin")
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }
}

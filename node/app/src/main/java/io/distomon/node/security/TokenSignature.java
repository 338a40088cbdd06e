package io.distomon.node.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.distomon.node.config.ApiSecrets;
import io.micronaut.security.token.jwt.signature.SignatureGeneratorConfiguration;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/**
 * Signs and verifies tokens with the secret of the current config, always as HS256: the token's own header chooses
 * nothing. The name {@code generator} makes it the one that Micronaut signs with.
 */
@Singleton
@Named("generator")
final class TokenSignature implements SignatureGeneratorConfiguration {
    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.HS256;

    private final Supplier<ApiSecrets> secrets;

    TokenSignature(Supplier<ApiSecrets> secrets) {
        this.secrets = secrets;
    }

    @Override
    public String supportedAlgorithmsMessage() {
        return "Only " + ALGORITHM + " is accepted";
    }

    @Override
    public boolean supports(JWSAlgorithm algorithm) {
        return ALGORITHM.equals(algorithm);
    }

    @Override
    public SignedJWT sign(JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(ALGORITHM), claims);
        token.sign(new MACSigner(secrets.get().jwtKey()));
        return token;
    }

    @Override
    public boolean verify(SignedJWT token) throws JOSEException {
        return supports(token.getHeader().getAlgorithm())
                && token.verify(new MACVerifier(secrets.get().jwtKey()));
    }
}

package io.distomon.node.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Makes certificates, as a company's own authority would. */
public final class TestAuthority {
    public static final Duration YEAR = Duration.ofDays(365);

    private static final AlgorithmIdentifier ECDSA = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;
    private long serial = 1;

    public TestAuthority(String name) throws GeneralSecurityException, IOException {
        this.name = new X500Name("CN=" + name);
        this.keys = ecKeys();
        Instant now = Instant.now();
        this.certificate = sign(
                this.name,
                keys.getPublic(),
                now.minus(YEAR),
                now.plus(YEAR),
                new Extensions(new Extension(
                        Extension.basicConstraints, true, new BasicConstraints(true).getEncoded(ASN1Encoding.DER))));
    }

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {
        /** The chain's text, and the key's in PKCS8. */
        public String certificatePem() {
            return pem("CERTIFICATE", encoded(certificate));
        }

        public String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }
    }

    /** What others are to trust. */
    public String pem() {
        return pem("CERTIFICATE", encoded(certificate));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** For a host or an address, valid from yesterday on for a year. */
    public Issued issue(String host) throws GeneralSecurityException, IOException {
        return issue(host, Instant.now().plus(YEAR));
    }

    /** Likewise, until some time. */
    public Issued issue(String host, Instant until) throws GeneralSecurityException, IOException {
        return issue(host, ecKeys(), Instant.now().minus(Duration.ofDays(400)), until);
    }

    public synchronized Issued issue(String host, KeyPair keys, Instant from, Instant until)
            throws GeneralSecurityException, IOException {
        int kind = host.matches("[0-9.]+|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName;
        byte[] names = new GeneralNames(new GeneralName(kind, host)).getEncoded(ASN1Encoding.DER);
        Extensions extensions = new Extensions(new Extension(Extension.subjectAlternativeName, false, names));
        return new Issued(
                sign(new X500Name("CN=" + host), keys.getPublic(), from, until, extensions), keys.getPrivate());
    }

    public static KeyPair ecKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label);
    }

    private X509Certificate sign(X500Name subject, PublicKey key, Instant from, Instant until, Extensions extensions)
            throws GeneralSecurityException, IOException {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serial++)));
        generator.setSignature(ECDSA);
        generator.setIssuer(name);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(from)));
        generator.setEndDate(new Time(Date.from(until)));
        generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        generator.setExtensions(extensions);
        TBSCertificate content = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content.getEncoded(ASN1Encoding.DER));
        byte[] der = new DERSequence(new ASN1Encodable[] {content, ECDSA, new DERBitString(signature.sign())})
                .getEncoded(ASN1Encoding.DER);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

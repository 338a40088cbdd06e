package io.distomon.core.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Who may have made a server's certificate. It must also be valid now, and for the name that was asked for. */
public final class Authorities {
    private Authorities() {}

    /** These, and nobody else. */
    public static X509ExtendedTrustManager only(Collection<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("authority " + store.size(), authority);
            }
            return of(store);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These, and whom Java trusts. */
    static X509ExtendedTrustManager besidesJavas(Collection<X509Certificate> authorities) {
        try {
            X509ExtendedTrustManager javas = of(null);
            if (authorities.isEmpty()) {
                return javas;
            }
            List<X509Certificate> all = new ArrayList<>(authorities);
            all.addAll(Arrays.asList(javas.getAcceptedIssuers()));
            return only(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param store null: Java's own */
    private static X509ExtendedTrustManager of(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this Java has nothing that checks certificates");
    }
}

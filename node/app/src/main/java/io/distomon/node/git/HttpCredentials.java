package io.distomon.node.git;

import io.distomon.core.config.Secret;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** User and token for one server: a redirect elsewhere does not get them. */
final class HttpCredentials extends CredentialsProvider {
    /** What servers that look at the token alone are told as user. */
    private static final String ANY_USER = "git";

    private final URIish server;
    private final String username;
    private final Secret token;

    HttpCredentials(URIish server, @Nullable Secret username, Secret token) {
        this.server = server;
        this.username = username == null ? ANY_USER : username.reveal();
        this.token = token;
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
        for (CredentialItem item : items) {
            if (!(item instanceof CredentialItem.Username || item instanceof CredentialItem.Password)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) {
        if (!supports(items) || !isOurServer(uri)) {
            return false;
        }
        for (CredentialItem item : items) {
            switch (item) {
                case CredentialItem.Username user -> user.setValue(username);
                case CredentialItem.Password password ->
                    password.setValue(token.reveal().toCharArray());
                default -> throw new AssertionError("only users and passwords are supported");
            }
        }
        return true;
    }

    private boolean isOurServer(URIish uri) {
        return server.getScheme().equalsIgnoreCase(uri.getScheme())
                && server.getHost().equalsIgnoreCase(uri.getHost())
                && server.getPort() == uri.getPort();
    }
}

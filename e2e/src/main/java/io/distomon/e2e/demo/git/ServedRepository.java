package io.distomon.e2e.demo.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/**
 * A git repository with one branch, in memory, and a server from which it can be fetched on loopback by git's smart protocol
 * over http. Nobody can push. Safe for use by many threads.
 */
public final class ServedRepository implements AutoCloseable {
    private static final String SERVICE = "git-upload-pack";
    private static final int SHORT_ID_CHARS = 12;

    private final InMemoryRepository repository;
    private final String path;
    private final String branch;
    private final HttpServer server;

    private ServedRepository(InMemoryRepository repository, String name, String branch, HttpServer server) {
        this.repository = repository;
        this.path = "/" + name + ".git";
        this.branch = Constants.R_HEADS + branch;
        this.server = server;
    }

    /**
     * Serves one without a commit, on a free port.
     *
     * @param name what its path has before {@code .git}
     * @param branch its only one
     */
    public static ServedRepository start(String name, String branch) throws IOException {
        ServedRepository served = new ServedRepository(
                new InMemoryRepository(new DfsRepositoryDescription(name)),
                name,
                branch,
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        served.repository.updateRef(Constants.HEAD).link(served.branch);
        served.server.setExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
        served.server.createContext(served.path + "/info/refs", served::advertise);
        served.server.createContext(served.path + "/" + SERVICE, served::upload);
        served.server.start();
        return served;
    }

    /** What a git can clone. */
    public String url() {
        return "http://127.0.0.1:%s%s".formatted(server.getAddress().getPort(), path);
    }

    /**
     * Commits these files as all that there are.
     *
     * @param files path to text
     * @return the commit's id, shortened; empty when the last one has the same
     */
    public synchronized Optional<String> commit(Map<String, String> files, String message) throws IOException {
        ObjectId last = repository.resolve(branch);
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            DirCache index = DirCache.newInCore();
            DirCacheBuilder entries = index.builder();
            for (Map.Entry<String, String> file : files.entrySet()) {
                DirCacheEntry entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(FileMode.REGULAR_FILE);
                entry.setObjectId(
                        inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
                entries.add(entry);
            }
            entries.finish();
            ObjectId tree = index.writeTree(inserter);
            if (last != null
                    && tree.equals(repository.parseCommit(last).getTree().getId())) {
                return Optional.empty();
            }
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(tree);
            if (last != null) {
                commit.setParentId(last);
            }
            PersonIdent demo = new PersonIdent("e2e/demo", "demo@example.com", Instant.now(), ZoneOffset.UTC);
            commit.setAuthor(demo);
            commit.setCommitter(demo);
            commit.setMessage(message + "\n");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            RefUpdate update = repository.updateRef(branch);
            update.setNewObjectId(id);
            RefUpdate.Result result = update.update();
            if (result != RefUpdate.Result.NEW && result != RefUpdate.Result.FAST_FORWARD) {
                throw new IOException("the branch %s did not take a commit: %s".formatted(branch, result));
            }
            return Optional.of(id.abbreviate(SHORT_ID_CHARS).name());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        repository.close();
    }

    private void advertise(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!("service=" + SERVICE).equals(exchange.getRequestURI().getQuery())) {
                exchange.sendResponseHeaders(403, -1); // neither to push, nor to read file by file
                return;
            }
            begin(exchange, "advertisement");
            uploadPack(exchange)
                    .sendAdvertisedRefs(
                            new PacketLineOutRefAdvertiser(new PacketLineOut(exchange.getResponseBody())), SERVICE);
        }
    }

    private void upload(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isPacked = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            begin(exchange, "result");
            uploadPack(exchange).upload(isPacked ? new GZIPInputStream(body) : body, exchange.getResponseBody(), null);
        }
    }

    private static void begin(HttpExchange exchange, String what) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-%s-%s".formatted(SERVICE, what));
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        exchange.sendResponseHeaders(200, 0);
    }

    private UploadPack uploadPack(HttpExchange exchange) {
        UploadPack pack = new UploadPack(repository);
        pack.setBiDirectionalPipe(false);
        String version = exchange.getRequestHeaders().getFirst("Git-Protocol");
        if (version != null) {
            pack.setExtraParameters(List.of(version.split(":")));
        }
        return pack;
    }
}

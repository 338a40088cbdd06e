package io.distomon.node.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.internal.storage.file.BasePackIndexWriter;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.transport.PackedObjectInfo;
import org.jspecify.annotations.Nullable;

/**
 * Takes a pack in with a bounded amount of memory, whatever the pack says of itself. JGit's own way makes arrays as large as
 * the pack's header says, and holds the objects that others are made of, as many and as large as they are.
 *
 * <p>The pack is first written to disk, as it comes; then it is read, on one thread for all packs of the process: that is
 * work for the processor and the disk, which would hold up everybody's virtual threads, and a small heap has room for it
 * once. Files of any size are let through as long as no other is made of them. Not thread-safe.
 */
final class BoundedPack extends PackParser {
    /** The most objects in a pack: 100,000 files with their directories and history. Each takes some 150 bytes of memory. */
    static final int MAX_OBJECTS = 150_000;

    /** The most bytes of an object that has to be in memory as a whole. */
    static final long MAX_OBJECT_BYTES = 4L << 20;

    /** The most bytes of an object and all that it is made of, one of the other. */
    static final long MAX_CHAIN_BYTES = 16L << 20;

    /** The most bytes of all objects that are made of others: so much is copied and hashed, however small the pack is. */
    static final long MAX_MADE_BYTES = 512L << 20;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int INDEX_VERSION = 2;

    private static final ExecutorService READER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("git packs").factory());

    private final ObjectDirectory objects;
    private final Path received;
    private final InputStream beginning;
    private final RandomAccessFile again;
    private final CRC32 crc = new CRC32();
    private byte[] checksum = {};
    private boolean resolving;
    private long madeBytes;

    private BoundedPack(ObjectDirectory objects, Path received, InputStream beginning, RandomAccessFile again) {
        super(objects, beginning);
        this.objects = objects;
        this.received = received;
        this.beginning = beginning;
        this.again = again;
        // Garbage after the end would be taken for the checksum later.
        setCheckEofAfterPackFooter(true);
        // There is nothing yet that an object could collide with.
        setCheckObjectCollisions(false);
    }

    /**
     * Writes a pack to disk, to be read by {@link #parse}.
     *
     * @param objects of a repository without any
     * @throws TooMuchException when it is larger than a fetch may be, or than the disk has room for
     */
    static BoundedPack receive(ObjectDirectory objects, InputStream from, Received received) throws IOException {
        received.packBegins();
        Path file = objects.getDirectory().toPath().resolve("received.pack");
        try (OutputStream to = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted();
                }
                received.ofPack(n);
                write(to, buffer, n);
            }
        }
        return new BoundedPack(objects, file, Files.newInputStream(file), new RandomAccessFile(file.toFile(), "r"));
    }

    private static void write(OutputStream to, byte[] buffer, int length) throws IOException {
        try {
            to.write(buffer, 0, length);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // JGit takes null for no lock.
    public PackLock parse(@Nullable ProgressMonitor receiving, @Nullable ProgressMonitor resolving) throws IOException {
        // What is made of objects that we should have had: we have none.
        setAllowThin(false);
        Future<?> reading = READER.submit(() -> {
            try {
                BoundedPack.super.parse(receiving, resolving);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (beginning;
                again) {
            reading.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case UncheckedIOException read
                when read.getCause() instanceof TooLargeObjectInPackException ->
                    new TooMuchException("found an object made of another of more than %s MiB, expected less"
                            .formatted(MAX_OBJECT_BYTES >> 20));
                case UncheckedIOException read -> read.getCause();
                case null, default -> new IOException(e.getCause());
            };
        } finally {
            reading.cancel(true);
        }
        objects.openPack(keep().toFile());
        return null;
    }

    /** Writes the index, and puts both where JGit looks for them; where the pack is. */
    private Path keep() throws IOException {
        try {
            return write();
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private Path write() throws IOException {
        Path directory = objects.getPackDirectory().toPath();
        String name = "pack-" + HexFormat.of().formatHex(checksum);
        Path pack = directory.resolve(name + ".pack");
        try (FileChannel file = FileChannel.open(
                directory.resolve(name + ".idx"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream index = Channels.newOutputStream(file);
            List<PackedObjectInfo> sorted = getSortedObjectList(null);
            BasePackIndexWriter.createVersion(index, INDEX_VERSION).write(sorted, checksum);
            file.force(true);
        }
        try (FileChannel file = FileChannel.open(received, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        Files.move(received, pack);
        return pack;
    }

    @Override
    protected void onPackHeader(long count) throws IOException {
        if (count > MAX_OBJECTS) {
            throw new TooMuchException("found a pack of %s objects, expected at most %s".formatted(count, MAX_OBJECTS));
        }
    }

    @Override
    protected void onBeginWholeObject(long position, int type, long bytes) throws IOException {
        if (type != Constants.OBJ_BLOB && bytes > MAX_OBJECT_BYTES) {
            throw tooLarge("a commit, tree or tag of %s MiB", bytes);
        }
        crc.reset();
    }

    @Override
    protected void onEndWholeObject(PackedObjectInfo object) {
        object.setCRC((int) crc.getValue());
        if (object instanceof Made made) {
            made.chainBytes = made.getFullSize();
        }
    }

    @Override
    protected void onBeginOfsDelta(long position, long basePosition, long bytes) throws IOException {
        beginDelta(bytes);
    }

    @Override
    protected void onBeginRefDelta(long position, AnyObjectId base, long bytes) throws IOException {
        beginDelta(bytes);
    }

    private void beginDelta(long bytes) throws IOException {
        if (bytes > MAX_OBJECT_BYTES) {
            throw tooLarge("a difference between two objects of %s MiB", bytes);
        }
        crc.reset();
    }

    @Override
    protected UnresolvedDelta onEndDelta() {
        UnresolvedDelta delta = new UnresolvedDelta();
        delta.setCRC((int) crc.getValue());
        return delta;
    }

    @Override
    protected PackedObjectInfo newInfo(AnyObjectId id, @Nullable UnresolvedDelta delta, @Nullable ObjectId base) {
        Made made = new Made(id);
        if (delta != null) {
            made.setCRC(delta.getCRC());
        }
        if (base instanceof Made below) {
            made.chainBytes = below.chainBytes;
        }
        return made;
    }

    @Override
    protected void onInflatedObjectData(PackedObjectInfo object, int type, byte[] data) throws IOException {
        if (resolving && object instanceof Made made) {
            madeBytes += data.length;
            if (madeBytes > MAX_MADE_BYTES) {
                throw new TooMuchException(
                        "found files that are made of others of together more than %s MiB, expected less"
                                .formatted(MAX_MADE_BYTES >> 20));
            }
            made.chainBytes += data.length;
            if (made.chainBytes > MAX_CHAIN_BYTES) {
                throw new TooMuchException(
                        "found files that are made of each other of together more than %s MiB, expected less"
                                .formatted(MAX_CHAIN_BYTES >> 20));
            }
        }
    }

    @Override
    protected void onPackFooter(byte[] hash) {
        checksum = hash.clone();
        // All that follows is made in memory, of each other.
        resolving = true;
        setMaxObjectSizeLimit(MAX_OBJECT_BYTES);
    }

    @Override
    protected ObjectTypeAndSize seekDatabase(PackedObjectInfo object, ObjectTypeAndSize info) throws IOException {
        if (object.getFullSize() > MAX_OBJECT_BYTES) {
            throw tooLarge("an object of %s MiB that others are made of", object.getFullSize());
        }
        again.seek(object.getOffset());
        crc.reset();
        return readObjectHeader(info);
    }

    @Override
    protected ObjectTypeAndSize seekDatabase(UnresolvedDelta delta, ObjectTypeAndSize info) throws IOException {
        again.seek(delta.getOffset());
        crc.reset();
        return readObjectHeader(info);
    }

    @Override
    protected int readDatabase(byte[] into, int position, int count) throws IOException {
        return again.read(into, position, count);
    }

    @Override
    protected boolean checkCRC(int old) {
        return old == (int) crc.getValue();
    }

    @Override
    protected void onObjectHeader(Source source, byte[] raw, int position, int length) throws IOException {
        onObjectData(source, raw, position, length);
    }

    @Override
    protected void onObjectData(Source source, byte[] raw, int position, int length) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        crc.update(raw, position, length);
    }

    @Override
    protected void onStoreStream(byte[] raw, int position, int length) {
        // It is on disk already.
    }

    @Override
    protected boolean onAppendBase(int type, byte[] data, PackedObjectInfo info) {
        throw new IllegalStateException("a thin pack, which is not allowed");
    }

    @Override
    protected void onEndThinPack() {
        throw new IllegalStateException("a thin pack, which is not allowed");
    }

    private static InterruptedIOException interrupted() {
        return new InterruptedIOException("given up");
    }

    /** Why something was not written: there is no room for it, unless nobody wants it any more. */
    private static IOException unwritten(IOException e) {
        return e instanceof ClosedByInterruptException
                ? interrupted()
                : new TooMuchException(
                        "found no room for it on the disk (%s), expected more, or another directory (DISTOMON_CONFIG_GIT_DIRECTORY)"
                                .formatted(e.getMessage()),
                        e);
    }

    private static TooMuchException tooLarge(String what, long bytes) {
        return new TooMuchException(
                ("found " + what + ", expected at most %s MiB").formatted(bytes >> 20, MAX_OBJECT_BYTES >> 20));
    }

    /** An object, and how many bytes it and those have together that it is made of. */
    private static final class Made extends PackedObjectInfo {
        private long chainBytes;

        Made(AnyObjectId id) {
            super(id);
        }
    }
}

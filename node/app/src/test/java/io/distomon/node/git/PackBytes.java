package io.distomon.node.git;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.Deflater;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.TreeFormatter;

/** A pack, object by object, as git's gitformat-pack has it: also one that no git would make. */
final class PackBytes {
    private static final int OFS_DELTA = 6;
    private static final ObjectInserter.Formatter IDS = new ObjectInserter.Formatter();

    private final ByteArrayOutputStream objects = new ByteArrayOutputStream();
    private int count;

    /** Adds an object; returns its id. */
    ObjectId object(int type, byte[] body) {
        begin(type, body.length);
        deflate(body);
        return IDS.idFor(type, body);
    }

    /** Adds a commit with one file and its tree; returns the commit's id. */
    ObjectId commit(String config, int second, ObjectId... parents) {
        TreeFormatter tree = new TreeFormatter();
        byte[] text = config.getBytes(StandardCharsets.UTF_8);
        tree.append("config.yml", FileMode.REGULAR_FILE, object(Constants.OBJ_BLOB, text));
        return object(
                Constants.OBJ_COMMIT,
                commitText(object(Constants.OBJ_TREE, tree.toByteArray()), second, "a change", parents));
    }

    static byte[] commitText(ObjectId tree, int second, String message, ObjectId... parents) {
        StringBuilder text = new StringBuilder("tree " + tree.name() + "\n");
        for (ObjectId parent : parents) {
            text.append("parent ").append(parent.name()).append('\n');
        }
        String who = "somebody <somebody@example.com> %d +0000\n".formatted(1_700_000_000L + second);
        text.append("author ").append(who).append("committer ").append(who).append('\n');
        return text.append(message).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Says all that it has so often. */
    void repeated(int times) {
        byte[] once = objects.toByteArray();
        for (int i = 1; i < times; i++) {
            objects.writeBytes(once);
        }
        count *= times;
    }

    /** Where the next object begins. */
    long position() {
        return 12L + objects.size();
    }

    /** Adds what is made of another object by one byte at its end. */
    void appended(long base, long baseBytes) {
        ByteArrayOutputStream delta = new ByteArrayOutputStream();
        varint(delta, baseBytes);
        varint(delta, baseBytes + 1);
        for (long from = 0; from < baseBytes; from += 0xffffff) {
            copy(delta, from, Math.min(0xffffff, baseBytes - from));
        }
        delta.write(1);
        delta.write('x');
        long distance = position() - base;
        begin(OFS_DELTA, delta.size());
        offset(distance);
        deflate(delta.toByteArray());
    }

    byte[] finished() {
        return stating(count);
    }

    /** Likewise, with another number of objects in its header. */
    byte[] stating(int objectCount) {
        byte[] body = objects.toByteArray();
        ByteBuffer pack = ByteBuffer.allocate(12 + body.length + 20);
        pack.put("PACK".getBytes(StandardCharsets.US_ASCII))
                .putInt(2)
                .putInt(objectCount)
                .put(body);
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(pack.array(), 0, pack.position());
            return pack.put(sha1.digest()).array();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }

    private void begin(int type, long bytes) {
        count++;
        long rest = bytes >>> 4;
        int first = (type << 4) | (int) (bytes & 15);
        while (rest > 0) {
            objects.write(first | 0x80);
            first = (int) (rest & 0x7f);
            rest >>>= 7;
        }
        objects.write(first);
    }

    private void offset(long distance) {
        byte[] reversed = new byte[10];
        int n = 0;
        reversed[n++] = (byte) (distance & 0x7f);
        for (long rest = distance >>> 7; rest > 0; rest >>>= 7) {
            rest--;
            reversed[n++] = (byte) (0x80 | (rest & 0x7f));
        }
        while (n > 0) {
            objects.write(reversed[--n]);
        }
    }

    private void deflate(byte[] bytes) {
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                objects.write(buffer, 0, deflater.deflate(buffer));
            }
        }
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (0x80 | (rest & 0x7f)));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void copy(ByteArrayOutputStream out, long offset, long bytes) {
        out.write(0xff);
        for (int i = 0; i < 4; i++) {
            out.write((int) (offset >>> (8 * i)));
        }
        for (int i = 0; i < 3; i++) {
            out.write((int) (bytes >>> (8 * i)));
        }
    }
}

package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyRoomTest {
    private static final int LONGEST = Limits.MAX_MESSAGE_BYTES;

    private final Peer fra = new Peer();
    private final Peer ams = new Peer();
    private final Peer nyc = new Peer();

    @Test
    void oneSenderLeavesRoomForTheOthers() {
        BodyRoom room = new BodyRoom(5 * LONGEST);

        assertThat(room.take(fra, LONGEST)).isTrue();
        assertThat(room.take(fra, LONGEST)).isTrue();
        assertThat(room.take(fra, 1)).isFalse();
        assertThat(room.take(ams, LONGEST)).isTrue();
        assertThat(room.take(ams, LONGEST)).isTrue();
        assertThat(room.take(nyc, LONGEST)).isTrue();
        assertThat(room.take(nyc, 1)).isFalse();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        BodyRoom room = new BodyRoom(5 * LONGEST);
        room.take(fra, LONGEST);
        room.take(fra, LONGEST);

        room.giveBack(fra, LONGEST);
        assertThat(room.take(fra, LONGEST)).isTrue();
        assertThat(room.take(fra, 1)).isFalse();
        room.giveBack(fra, LONGEST);
        room.giveBack(fra, LONGEST);
        for (Peer sender : new Peer[] {fra, fra, ams, ams, nyc}) {
            assertThat(room.take(sender, LONGEST)).isTrue();
        }
    }

    @Test
    void oneMessageFitsIntoTheSmallestHeap() {
        BodyRoom room = BodyRoom.ofHeap(1);

        assertThat(room.take(fra, LONGEST)).isTrue();
        assertThat(room.take(ams, 1)).isFalse();
    }
}

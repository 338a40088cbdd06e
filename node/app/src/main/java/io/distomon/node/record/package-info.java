/**
 * The flight recorder: what happened in each network, kept over restarts. In: the view of each running network, looked
 * at once a second, and what its monitors measured in each minute. Out: records and minutes in an SQLite file of each
 * network, bounded by age and size, which the API asks for; in the file lies, too, what the alerts have to know after a
 * restart. Along with exchanges it tells peers, and is told by them, what happened while one of them was away. Runs beside the monitors, which never wait for it: a thread looks at all networks, and each network has one
 * that alone touches its file, for which changes wait in a bounded queue. While the file can't be written, memory
 * stands in for it, and goes into it afterwards; what was so before a start goes on until the view can tell ({@code
 * Recollection} in core); an overview of all records is held in memory by SQLite.
 *
 * <p>{@code FlightRecorders} has the looking thread, {@code Recorder} is one network's, {@code RecordFile} its file,
 * {@code NativeLibrary} what that is read and written with, {@code PeerAccounts} what peers tell each other.
 */
@NullMarked
package io.distomon.node.record;

import org.jspecify.annotations.NullMarked;

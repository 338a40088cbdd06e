package io.distomon.e2e.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test that waits most of its time and touches nothing but networks and namespaces of its own: it may run beside others of
 * its class, but not while one has made the CRD another one.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = BesideOthers.CRD, mode = ResourceAccessMode.READ)
@interface BesideOthers {
    /** What whoever changes the CRD locks. */
    String CRD = "the CRD in the cluster";
}

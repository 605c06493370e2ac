/**
 * Runs of a sweep on Apache Spark. A jar on the class path, found as a service: the application is
 * modular, Spark is not. Spark itself is loaded by a class loader of its own, so that its versions
 * of common libraries and those of the application do not meet.
 */
package dev.difftop.launcher.spark;

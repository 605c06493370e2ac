/** The live page: {@link Dashboard} serves a folder of runs and sweeps. */
package dev.difftop.app.dashboard;

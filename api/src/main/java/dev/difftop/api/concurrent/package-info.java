/** Threads of the project: one set of them, which everything that runs in parallel shares. */
package dev.difftop.api.concurrent;

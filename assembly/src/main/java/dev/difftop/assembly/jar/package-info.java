/** Where plugins come from: their folder, their jars, and why one is refused. */
package dev.difftop.assembly.jar;

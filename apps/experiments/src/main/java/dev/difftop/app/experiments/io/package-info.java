/** Files of experiments: JSON, hashes, writing whole. Not exported. */
package dev.difftop.app.experiments.io;

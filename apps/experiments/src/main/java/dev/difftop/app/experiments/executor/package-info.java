/**
 * Executors: where the processes of a sweep run. {@code local} is built in; a module or a jar on
 * the class path offers another by providing {@link ExecutorProvider}.
 */
package dev.difftop.app.experiments.executor;

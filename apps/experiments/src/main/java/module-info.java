/**
 * Experiments: sweeps that resume, statistics over seeds, reports. A run is what the command {@code
 * train} makes, in a process of its own; where that process runs is the choice of an executor, a
 * service.
 */
module dev.difftop.app.experiments {
  requires transitive dev.difftop.api;
  requires transitive dev.difftop.learning;
  requires com.fasterxml.jackson.databind;
  requires org.yaml.snakeyaml;

  exports dev.difftop.app.experiments.executor;
  exports dev.difftop.app.experiments.report;
  exports dev.difftop.app.experiments.statistics;
  exports dev.difftop.app.experiments.sweep;

  uses dev.difftop.app.experiments.executor.ExecutorProvider;

  provides dev.difftop.app.experiments.executor.ExecutorProvider with
      dev.difftop.app.experiments.executor.LocalProvider;
}

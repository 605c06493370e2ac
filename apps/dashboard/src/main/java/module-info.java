/** Live page of runs and sweeps, served on this machine alone. */
module dev.difftop.app.dashboard {
  requires transitive dev.difftop.app.experiments;
  requires com.fasterxml.jackson.databind;
  requires jdk.httpserver;

  exports dev.difftop.app.dashboard;
}

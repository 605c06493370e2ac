/**
 * Reference problems: files of trajectory problems with their solutions and gradients, and the
 * cases whose speed is measured. The commands {@code solve} and {@code bench} call it.
 */
module dev.difftop.app.reference {
  requires transitive dev.difftop.assembly;
  requires dev.difftop.hdf5;
  requires dev.difftop.learning;
  requires com.fasterxml.jackson.databind;
  requires java.management;
  requires jdk.management;

  exports dev.difftop.app.reference.bench;
  exports dev.difftop.app.reference.format;
  exports dev.difftop.app.reference.problem;
}

/** The command line. */
module dev.difftop.app.cli {
  requires dev.difftop.app.assembly;
  requires dev.difftop.app.media;
  requires dev.difftop.hdf5;
  requires dev.difftop.learning;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires java.management;
  requires jdk.management;

  // Commands are filled in by picocli, configurations by the assembly.
  opens dev.difftop.app.cli to
      info.picocli,
      dev.difftop.app.assembly;
}

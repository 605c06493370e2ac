/** The command line. */
module dev.difftop.app.cli {
  requires dev.difftop.app.assembly;
  requires dev.difftop.app.media;
  requires dev.difftop.learning;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;

  opens dev.difftop.app.cli to
      info.picocli;
}

/** The command line. */
module dev.difftop.app.cli {
  requires dev.difftop.assembly;
  requires dev.difftop.app.dashboard;
  requires dev.difftop.app.experiments;
  requires dev.difftop.app.media;
  requires dev.difftop.app.reference;
  requires dev.difftop.hdf5;
  requires dev.difftop.learning;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;

  // Commands are filled in by picocli, configurations by the assembly.
  opens dev.difftop.app.cli to
      info.picocli;
  opens dev.difftop.app.cli.bench to
      info.picocli;
  opens dev.difftop.app.cli.control to
      info.picocli,
      dev.difftop.assembly;
  opens dev.difftop.app.cli.dataset to
      info.picocli;
  opens dev.difftop.app.cli.env to
      info.picocli,
      dev.difftop.assembly;
  opens dev.difftop.app.cli.experiments to
      info.picocli;
  opens dev.difftop.app.cli.solve to
      info.picocli;
  opens dev.difftop.app.cli.train to
      info.picocli,
      dev.difftop.assembly;
}

/** Demonstrations in HDF5: readers, writers and inspectors of the formats people have. */
module dev.difftop.data.hdf5 {
  requires dev.difftop.api;
  requires dev.difftop.hdf5;
  requires com.fasterxml.jackson.databind;

  provides dev.difftop.api.dataset.DatasetProvider with
      dev.difftop.data.hdf5.RobomimicProvider,
      dev.difftop.data.hdf5.D4rlProvider,
      dev.difftop.data.hdf5.MinariProvider,
      dev.difftop.data.hdf5.ManiskillProvider;

  exports dev.difftop.data.hdf5.reading; // configuration records

  // For injection and configuration.
  opens dev.difftop.data.hdf5;
  opens dev.difftop.data.hdf5.reading;
}

/**
 * The only access to native HDF5: handles with one owner, one lock around every native call, typed
 * errors, limits that are checked before anything is allocated.
 *
 * <p>The native modules are required by name because the module system resolves no module that no
 * other requires; so {@code java -p lib -m app} needs no further flags.
 */
module dev.difftop.hdf5 {
  requires org.bytedeco.javacpp;
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.hdf5;
  requires org.bytedeco.hdf5.linux.x86_64;

  exports dev.difftop.hdf5;
  exports dev.difftop.hdf5.output;
  exports dev.difftop.hdf5.value;
}

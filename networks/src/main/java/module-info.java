/** Network builders that models and learners share; everything is a program of tensors. */
module dev.difftop.networks {
  requires transitive dev.difftop.api;

  exports dev.difftop.networks;
}

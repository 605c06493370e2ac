/**
 * The contract of learners: what every learner promises, ours and third parties'. A learner's test
 * extends {@link dev.difftop.learning.testkit.LearnerContract}; no native part and no injector is
 * needed, except for the checkpoint, which is HDF5.
 */
open module dev.difftop.learning.testkit {
  requires transitive dev.difftop.learning;
  requires transitive org.junit.jupiter.api;

  exports dev.difftop.learning.testkit;
}

/**
 * What solvers share: traced objectives, stopping rules, the box QP, factorisations that report a
 * status, and the adjoints that differentiate a solution, whichever solver found it.
 */
module dev.difftop.optimization {
  requires transitive dev.difftop.api;

  exports dev.difftop.optimization;
  exports dev.difftop.optimization.adjoint;
  exports dev.difftop.optimization.stagewise;
}

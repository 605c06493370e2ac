/** Programs that embed difftop; they run on the class path as well, where this file is not read. */
module embedding {
  requires dev.difftop.api;
  requires dev.difftop.data.hdf5;
  requires dev.difftop.env.mujoco;
  requires dev.difftop.learner.imitation;
  requires dev.difftop.learning;
  requires dev.difftop.models;
  requires dev.difftop.optimization;
  requires dev.difftop.solver.gaussnewton;
  requires dev.difftop.solver.ilqr;
}

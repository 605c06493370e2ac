/**
 * The engine on ND4J: compiles tensor programs into steps over ND4J's native memory, matrix
 * products straight to oneDNN or OpenBLAS, everything else in fused loops over tiles.
 */
module dev.difftop.engine.nd4j {
  requires dev.difftop.api;
  requires org.nd4j;
  requires org.bytedeco.dnnl;
  // The natives, and the loader of OpenCL that oneDNN is linked with: nothing else would resolve
  // them.
  requires org.bytedeco.dnnl.linux.x86_64;
  requires org.bytedeco.opencl;
  requires org.bytedeco.opencl.linux.x86_64;

  provides dev.difftop.api.EngineProvider with
      dev.difftop.engine.nd4j.Nd4jEngineProvider;

  exports dev.difftop.engine.nd4j; // configuration records

  opens dev.difftop.engine.nd4j;
}

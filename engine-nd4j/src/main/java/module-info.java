/**
 * The engine on ND4J: compiles tensor programs into plans over ND4J's native memory, matrix
 * products straight to OpenBLAS, everything else in fused loops over tiles.
 */
module dev.difftop.engine.nd4j {
  requires dev.difftop.api;
  requires org.nd4j;

  provides dev.difftop.api.EngineProvider with
      dev.difftop.engine.nd4j.Nd4jEngineProvider;

  opens dev.difftop.engine.nd4j;
}

/**
 * ND4J, the classes of all its jars in one valid module. The exported packages are the part of it
 * that the engine may lean on, memory first of all; the rest is not exported.
 */
open module org.nd4j {
  requires transitive org.bytedeco.javacpp;
  requires transitive org.bytedeco.openblas;
  // The natives. Their modules are named after the platform, and nothing else would resolve them.
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.openblas.linux.x86_64;
  requires byteunits;
  requires commons.math3;
  requires java.desktop;
  requires java.logging;
  requires java.management;
  requires java.sql;
  requires java.xml;
  requires jdk.unsupported;
  requires org.apache.commons.collections4;
  requires org.apache.commons.io;
  requires org.apache.commons.lang3;
  requires org.slf4j;

  exports org.nd4j.autodiff.samediff;
  exports org.nd4j.autodiff.samediff.ops;
  exports org.nd4j.linalg.api.buffer;
  exports org.nd4j.linalg.api.memory;
  exports org.nd4j.linalg.api.memory.conf;
  exports org.nd4j.linalg.api.memory.enums;
  exports org.nd4j.linalg.api.ndarray;
  exports org.nd4j.linalg.api.ops;
  exports org.nd4j.linalg.factory;
  exports org.nd4j.linalg.indexing;
  exports org.nd4j.linalg.ops.transforms;
  exports org.nd4j.nativeblas;

  uses org.nd4j.common.base.PreconditionsFormat;
  uses org.nd4j.linalg.compression.NDArrayCompressor;
  uses org.nd4j.linalg.env.EnvironmentalAction;
  uses org.nd4j.linalg.factory.Nd4jBackend;
  uses org.nd4j.shade.jackson.core.JsonFactory;
  uses org.nd4j.shade.jackson.core.ObjectCodec;
  uses org.nd4j.shade.jackson.databind.Module;
  uses org.nd4j.systeminfo.GPUInfoProvider;

  provides org.nd4j.common.base.PreconditionsFormat with
      org.nd4j.linalg.util.NDArrayPreconditionsFormat;
  provides org.nd4j.linalg.compression.NDArrayCompressor with
      org.nd4j.linalg.cpu.nativecpu.compression.CpuThreshold,
      org.nd4j.compression.impl.Gzip,
      org.nd4j.compression.impl.NoOp;
  provides org.nd4j.linalg.env.EnvironmentalAction with
      org.nd4j.linalg.env.impl.DebugAction,
      org.nd4j.linalg.env.impl.VerboseAction,
      org.nd4j.linalg.env.impl.FallbackAction,
      org.nd4j.linalg.env.impl.WorkspacesBypassAction,
      org.nd4j.linalg.env.impl.WorkspacesDebugAction,
      org.nd4j.linalg.env.impl.WorkspacesSpillAction,
      org.nd4j.linalg.env.impl.OmpNumThreadsAction,
      org.nd4j.linalg.env.impl.NDArrayUnpackAction;
  provides org.nd4j.linalg.factory.Nd4jBackend with
      org.nd4j.linalg.cpu.nativecpu.CpuBackend;
}

package dev.difftop.engine.nd4j;

/**
 * What one thread works with: its samples, where the storages lie for it, and tiles.
 *
 * @param <A> kind of tile
 */
final class Worker<A> {
  final Lane<A> lane;
  final int firstSample;
  final int samples;
  final Area[] areas;

  /** Tiles for fused loops; nothing in them outlives a step. */
  final A[] tiles;

  Worker(Lane<A> lane, int firstSample, int samples, Area[] areas, int tileCount, int tileLength) {
    this.lane = lane;
    this.firstSample = firstSample;
    this.samples = samples;
    this.areas = areas;
    this.tiles = lane.tiles(tileCount);
    for (int i = 0; i < tileCount; i++) {
      tiles[i] = lane.tile(tileLength);
    }
  }

  Area area(View view) {
    return areas[view.storage().index];
  }
}

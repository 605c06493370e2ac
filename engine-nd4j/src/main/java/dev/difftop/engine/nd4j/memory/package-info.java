/**
 * Memory that programs compute on: areas, storages, views of them, and how they are cut into tiles.
 */
package dev.difftop.engine.nd4j.memory;

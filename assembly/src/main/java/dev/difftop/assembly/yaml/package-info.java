/** Documents in YAML with the place of every value: read, and written again. */
package dev.difftop.assembly.yaml;

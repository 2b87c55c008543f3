// The tool, over the types of the program that it is linked into (registry/program_types.h).
#pragma once

namespace pratique::cli {

// The exit code.
int Main(int argc, char** argv);

}  // namespace pratique::cli

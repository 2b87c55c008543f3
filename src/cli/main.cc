#include "cli/tool.h"

int main(int argc, char** argv) { return pratique::cli::Main(argc, argv); }

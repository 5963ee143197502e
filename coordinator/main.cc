// group-coordinator: init makes a group, run coordinates it.
#include "coordinator/program.h"

int main(int argc, char** argv) { return groupctl::coordinator_program(argc, argv, {}); }

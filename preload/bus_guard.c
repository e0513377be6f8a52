/* SPDX-License-Identifier: MIT */
#include "preload/bus_guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

static sigjmp_buf back;
static volatile sig_atomic_t armed;

static void on_bus_error(int number)
{
	if (armed)
		siglongjmp(back, 1);
	signal(number, SIG_DFL);
	raise(number);
}

void bus_guard_init(void)
{
	struct sigaction action = {
		.sa_handler = on_bus_error,
		.sa_flags = SA_NODEFER,
	};

	sigaction(SIGBUS, &action, NULL);
}

bool bus_guard_run(void (*function)(void *), void *argument)
{
	if (sigsetjmp(back, 0)) {
		armed = 0;
		return false;
	}
	armed = 1;
	function(argument);
	armed = 0;
	return true;
}

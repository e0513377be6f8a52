/* SPDX-License-Identifier: MIT */
#include "preload/sys.h"

#include <pthread.h>
#include <signal.h>

uint32_t sys_forbidden;

void sys_enter(struct sys_section *section)
{
	uint64_t all = ~UINT64_C(0);

	section->entered = !sys_is_forbidden();
	if (!section->entered)
		return;
	section->error = errno;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &section->cancel_state);
	sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all,
		  (long)&section->signals, sizeof(all), 0, 0);
}

void sys_leave(const struct sys_section *section)
{
	if (!section->entered)
		return;
	errno = section->error;
	pthread_setcancelstate(section->cancel_state, NULL);
	/* last: a handler that comes now may jump out */
	sys_call6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&section->signals, 0,
		  sizeof(section->signals), 0, 0);
}

#include <locale.h>
#include <stdio.h>
int work(void);
int main(void)
{
	for (int i = 0; i < 10; i++) {
		const char *is = setlocale(LC_ALL, i & 1 ? "C" : "C.UTF-8");

		printf("%s, %d\n", is ? is : "none", work());
	}
	return 4;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two address spaces of three PMD slots each (0..2 the parent's, 3..5 the child's, while live) and five spare tables.
 * A slot holds nothing (kind 0), a leaf with a deposited table (1), or a table (2) of which nr halves are filled.
 * Statement by statement the model of tests/bench/deposit_model.h, for compare_with_spin.sh to measure by.
 */
byte kind[6];
byte pfn[6];
byte wr[6];
byte yg[6];
byte dep[6];
byte nr[6];
byte pte[24];
byte freep = 5; bool live = 0; byte opt = 1; byte bad = 0;
active proctype m() {
end: do
:: d_step { kind[0] == 0 && freep > 0 -> freep--; dep[0]++; kind[0] = 1; pfn[0] = 0; wr[0] = 0; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 0 && freep > 0 -> freep--; dep[0]++; kind[0] = 1; pfn[0] = 0; wr[0] = 1; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 0 && freep > 0 -> freep--; dep[0]++; kind[0] = 1; pfn[0] = 1; wr[0] = 0; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 0 && freep > 0 -> freep--; dep[0]++; kind[0] = 1; pfn[0] = 1; wr[0] = 1; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 1 && pfn[0] != 0 -> pfn[0] = 0; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 1 && pfn[0] != 1 -> pfn[0] = 1; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 1 && yg[0] == 0 -> yg[0] = 1; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 1 -> wr[0] = 1 - wr[0]; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 1 && dep[0] > 0 -> dep[0]--; kind[0] = 2; nr[0] = 2; pte[0] = 1 + 2*pfn[0] + wr[0]; pte[1] = 1 + 2*pfn[0] + wr[0]; pte[2] = 1 + 2*pfn[0] + wr[0]; pte[3] = 1 + 2*pfn[0] + wr[0]; pfn[0] = 0; wr[0] = 0; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 1 -> dep[0]--; freep++; kind[0] = 0; pfn[0] = 0; wr[0] = 0; yg[0] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 2 && nr[0] > 0 -> nr[0] = 0; pte[0] = 0; pte[1] = 0; pte[2] = 0; pte[3] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 2 && nr[0] == 0 -> kind[0] = 0; freep++; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 0 && freep > 0 -> freep--; kind[0] = 2; nr[0] = 1; pte[0] = 1; pte[1] = 1; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 2 && nr[0] == 0 -> nr[0] = 1; pte[0] = 1; pte[1] = 1; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] == 2 && nr[0] == 1 -> nr[0] = 2; pte[2] = 1; pte[3] = 1; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[0] != 0 && kind[1] == 0 -> kind[1] = kind[0]; kind[0] = 0; pfn[1] = pfn[0]; pfn[0] = 0; wr[1] = wr[0]; wr[0] = 0; yg[1] = yg[0]; yg[0] = 0; dep[1] = dep[0]; dep[0] = 0; nr[1] = nr[0]; nr[0] = 0; pte[4] = pte[0]; pte[0] = 0; pte[5] = pte[1]; pte[1] = 0; pte[6] = pte[2]; pte[2] = 0; pte[7] = pte[3]; pte[3] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[0] != 0 && kind[2] == 0 -> kind[2] = kind[0]; kind[0] = 0; pfn[2] = pfn[0]; pfn[0] = 0; wr[2] = wr[0]; wr[0] = 0; yg[2] = yg[0]; yg[0] = 0; dep[2] = dep[0]; dep[0] = 0; nr[2] = nr[0]; nr[0] = 0; pte[8] = pte[0]; pte[0] = 0; pte[9] = pte[1]; pte[1] = 0; pte[10] = pte[2]; pte[2] = 0; pte[11] = pte[3]; pte[3] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 0 && freep > 0 -> freep--; dep[1]++; kind[1] = 1; pfn[1] = 0; wr[1] = 0; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 0 && freep > 0 -> freep--; dep[1]++; kind[1] = 1; pfn[1] = 0; wr[1] = 1; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 0 && freep > 0 -> freep--; dep[1]++; kind[1] = 1; pfn[1] = 1; wr[1] = 0; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 0 && freep > 0 -> freep--; dep[1]++; kind[1] = 1; pfn[1] = 1; wr[1] = 1; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 1 && pfn[1] != 0 -> pfn[1] = 0; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 1 && pfn[1] != 1 -> pfn[1] = 1; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 1 && yg[1] == 0 -> yg[1] = 1; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 1 -> wr[1] = 1 - wr[1]; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 1 && dep[1] > 0 -> dep[1]--; kind[1] = 2; nr[1] = 2; pte[4] = 1 + 2*pfn[1] + wr[1]; pte[5] = 1 + 2*pfn[1] + wr[1]; pte[6] = 1 + 2*pfn[1] + wr[1]; pte[7] = 1 + 2*pfn[1] + wr[1]; pfn[1] = 0; wr[1] = 0; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 1 -> dep[1]--; freep++; kind[1] = 0; pfn[1] = 0; wr[1] = 0; yg[1] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 2 && nr[1] > 0 -> nr[1] = 0; pte[4] = 0; pte[5] = 0; pte[6] = 0; pte[7] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 2 && nr[1] == 0 -> kind[1] = 0; freep++; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 0 && freep > 0 -> freep--; kind[1] = 2; nr[1] = 1; pte[4] = 1; pte[5] = 1; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 2 && nr[1] == 0 -> nr[1] = 1; pte[4] = 1; pte[5] = 1; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] == 2 && nr[1] == 1 -> nr[1] = 2; pte[6] = 1; pte[7] = 1; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { kind[1] != 0 && kind[0] == 0 -> kind[0] = kind[1]; kind[1] = 0; pfn[0] = pfn[1]; pfn[1] = 0; wr[0] = wr[1]; wr[1] = 0; yg[0] = yg[1]; yg[1] = 0; dep[0] = dep[1]; dep[1] = 0; nr[0] = nr[1]; nr[1] = 0; pte[0] = pte[4]; pte[4] = 0; pte[1] = pte[5]; pte[5] = 0; pte[2] = pte[6]; pte[6] = 0; pte[3] = pte[7]; pte[7] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[1] != 0 && kind[2] == 0 -> kind[2] = kind[1]; kind[1] = 0; pfn[2] = pfn[1]; pfn[1] = 0; wr[2] = wr[1]; wr[1] = 0; yg[2] = yg[1]; yg[1] = 0; dep[2] = dep[1]; dep[1] = 0; nr[2] = nr[1]; nr[1] = 0; pte[8] = pte[4]; pte[4] = 0; pte[9] = pte[5]; pte[5] = 0; pte[10] = pte[6]; pte[6] = 0; pte[11] = pte[7]; pte[7] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 0 && freep > 0 -> freep--; dep[2]++; kind[2] = 1; pfn[2] = 0; wr[2] = 0; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 0 && freep > 0 -> freep--; dep[2]++; kind[2] = 1; pfn[2] = 0; wr[2] = 1; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 0 && freep > 0 -> freep--; dep[2]++; kind[2] = 1; pfn[2] = 1; wr[2] = 0; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 0 && freep > 0 -> freep--; dep[2]++; kind[2] = 1; pfn[2] = 1; wr[2] = 1; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 1 && pfn[2] != 0 -> pfn[2] = 0; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 1 && pfn[2] != 1 -> pfn[2] = 1; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 1 && yg[2] == 0 -> yg[2] = 1; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 1 -> wr[2] = 1 - wr[2]; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 1 && dep[2] > 0 -> dep[2]--; kind[2] = 2; nr[2] = 2; pte[8] = 1 + 2*pfn[2] + wr[2]; pte[9] = 1 + 2*pfn[2] + wr[2]; pte[10] = 1 + 2*pfn[2] + wr[2]; pte[11] = 1 + 2*pfn[2] + wr[2]; pfn[2] = 0; wr[2] = 0; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 1 -> dep[2]--; freep++; kind[2] = 0; pfn[2] = 0; wr[2] = 0; yg[2] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 2 && nr[2] > 0 -> nr[2] = 0; pte[8] = 0; pte[9] = 0; pte[10] = 0; pte[11] = 0; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 2 && nr[2] == 0 -> kind[2] = 0; freep++; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 0 && freep > 0 -> freep--; kind[2] = 2; nr[2] = 1; pte[8] = 1; pte[9] = 1; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 2 && nr[2] == 0 -> nr[2] = 1; pte[8] = 1; pte[9] = 1; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] == 2 && nr[2] == 1 -> nr[2] = 2; pte[10] = 1; pte[11] = 1; assert(opt == 0 || (kind[2] == 1) == (dep[2] == 1)); assert(freep <= 5) }
:: d_step { kind[2] != 0 && kind[0] == 0 -> kind[0] = kind[2]; kind[2] = 0; pfn[0] = pfn[2]; pfn[2] = 0; wr[0] = wr[2]; wr[2] = 0; yg[0] = yg[2]; yg[2] = 0; dep[0] = dep[2]; dep[2] = 0; nr[0] = nr[2]; nr[2] = 0; pte[0] = pte[8]; pte[8] = 0; pte[1] = pte[9]; pte[9] = 0; pte[2] = pte[10]; pte[10] = 0; pte[3] = pte[11]; pte[11] = 0; assert(opt == 0 || (kind[0] == 1) == (dep[0] == 1)); assert(freep <= 5) }
:: d_step { kind[2] != 0 && kind[1] == 0 -> kind[1] = kind[2]; kind[2] = 0; pfn[1] = pfn[2]; pfn[2] = 0; wr[1] = wr[2]; wr[2] = 0; yg[1] = yg[2]; yg[2] = 0; dep[1] = dep[2]; dep[2] = 0; nr[1] = nr[2]; nr[2] = 0; pte[4] = pte[8]; pte[8] = 0; pte[5] = pte[9]; pte[9] = 0; pte[6] = pte[10]; pte[10] = 0; pte[7] = pte[11]; pte[11] = 0; assert(opt == 0 || (kind[1] == 1) == (dep[1] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 0 && freep > 0 -> freep--; dep[3]++; kind[3] = 1; pfn[3] = 0; wr[3] = 0; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 0 && freep > 0 -> freep--; dep[3]++; kind[3] = 1; pfn[3] = 0; wr[3] = 1; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 0 && freep > 0 -> freep--; dep[3]++; kind[3] = 1; pfn[3] = 1; wr[3] = 0; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 0 && freep > 0 -> freep--; dep[3]++; kind[3] = 1; pfn[3] = 1; wr[3] = 1; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 1 && pfn[3] != 0 -> pfn[3] = 0; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 1 && pfn[3] != 1 -> pfn[3] = 1; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 1 && yg[3] == 0 -> yg[3] = 1; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 1 -> wr[3] = 1 - wr[3]; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 1 && dep[3] > 0 -> dep[3]--; kind[3] = 2; nr[3] = 2; pte[12] = 1 + 2*pfn[3] + wr[3]; pte[13] = 1 + 2*pfn[3] + wr[3]; pte[14] = 1 + 2*pfn[3] + wr[3]; pte[15] = 1 + 2*pfn[3] + wr[3]; pfn[3] = 0; wr[3] = 0; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 1 -> dep[3]--; freep++; kind[3] = 0; pfn[3] = 0; wr[3] = 0; yg[3] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 2 && nr[3] > 0 -> nr[3] = 0; pte[12] = 0; pte[13] = 0; pte[14] = 0; pte[15] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 2 && nr[3] == 0 -> kind[3] = 0; freep++; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 0 && freep > 0 -> freep--; kind[3] = 2; nr[3] = 1; pte[12] = 1; pte[13] = 1; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 2 && nr[3] == 0 -> nr[3] = 1; pte[12] = 1; pte[13] = 1; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] == 2 && nr[3] == 1 -> nr[3] = 2; pte[14] = 1; pte[15] = 1; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] != 0 && kind[4] == 0 -> kind[4] = kind[3]; kind[3] = 0; pfn[4] = pfn[3]; pfn[3] = 0; wr[4] = wr[3]; wr[3] = 0; yg[4] = yg[3]; yg[3] = 0; dep[4] = dep[3]; dep[3] = 0; nr[4] = nr[3]; nr[3] = 0; pte[16] = pte[12]; pte[12] = 0; pte[17] = pte[13]; pte[13] = 0; pte[18] = pte[14]; pte[14] = 0; pte[19] = pte[15]; pte[15] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[3] != 0 && kind[5] == 0 -> kind[5] = kind[3]; kind[3] = 0; pfn[5] = pfn[3]; pfn[3] = 0; wr[5] = wr[3]; wr[3] = 0; yg[5] = yg[3]; yg[3] = 0; dep[5] = dep[3]; dep[3] = 0; nr[5] = nr[3]; nr[3] = 0; pte[20] = pte[12]; pte[12] = 0; pte[21] = pte[13]; pte[13] = 0; pte[22] = pte[14]; pte[14] = 0; pte[23] = pte[15]; pte[15] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 0 && freep > 0 -> freep--; dep[4]++; kind[4] = 1; pfn[4] = 0; wr[4] = 0; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 0 && freep > 0 -> freep--; dep[4]++; kind[4] = 1; pfn[4] = 0; wr[4] = 1; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 0 && freep > 0 -> freep--; dep[4]++; kind[4] = 1; pfn[4] = 1; wr[4] = 0; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 0 && freep > 0 -> freep--; dep[4]++; kind[4] = 1; pfn[4] = 1; wr[4] = 1; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 1 && pfn[4] != 0 -> pfn[4] = 0; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 1 && pfn[4] != 1 -> pfn[4] = 1; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 1 && yg[4] == 0 -> yg[4] = 1; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 1 -> wr[4] = 1 - wr[4]; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 1 && dep[4] > 0 -> dep[4]--; kind[4] = 2; nr[4] = 2; pte[16] = 1 + 2*pfn[4] + wr[4]; pte[17] = 1 + 2*pfn[4] + wr[4]; pte[18] = 1 + 2*pfn[4] + wr[4]; pte[19] = 1 + 2*pfn[4] + wr[4]; pfn[4] = 0; wr[4] = 0; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 1 -> dep[4]--; freep++; kind[4] = 0; pfn[4] = 0; wr[4] = 0; yg[4] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 2 && nr[4] > 0 -> nr[4] = 0; pte[16] = 0; pte[17] = 0; pte[18] = 0; pte[19] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 2 && nr[4] == 0 -> kind[4] = 0; freep++; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 0 && freep > 0 -> freep--; kind[4] = 2; nr[4] = 1; pte[16] = 1; pte[17] = 1; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 2 && nr[4] == 0 -> nr[4] = 1; pte[16] = 1; pte[17] = 1; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] == 2 && nr[4] == 1 -> nr[4] = 2; pte[18] = 1; pte[19] = 1; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] != 0 && kind[3] == 0 -> kind[3] = kind[4]; kind[4] = 0; pfn[3] = pfn[4]; pfn[4] = 0; wr[3] = wr[4]; wr[4] = 0; yg[3] = yg[4]; yg[4] = 0; dep[3] = dep[4]; dep[4] = 0; nr[3] = nr[4]; nr[4] = 0; pte[12] = pte[16]; pte[16] = 0; pte[13] = pte[17]; pte[17] = 0; pte[14] = pte[18]; pte[18] = 0; pte[15] = pte[19]; pte[19] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[4] != 0 && kind[5] == 0 -> kind[5] = kind[4]; kind[4] = 0; pfn[5] = pfn[4]; pfn[4] = 0; wr[5] = wr[4]; wr[4] = 0; yg[5] = yg[4]; yg[4] = 0; dep[5] = dep[4]; dep[4] = 0; nr[5] = nr[4]; nr[4] = 0; pte[20] = pte[16]; pte[16] = 0; pte[21] = pte[17]; pte[17] = 0; pte[22] = pte[18]; pte[18] = 0; pte[23] = pte[19]; pte[19] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 0 && freep > 0 -> freep--; dep[5]++; kind[5] = 1; pfn[5] = 0; wr[5] = 0; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 0 && freep > 0 -> freep--; dep[5]++; kind[5] = 1; pfn[5] = 0; wr[5] = 1; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 0 && freep > 0 -> freep--; dep[5]++; kind[5] = 1; pfn[5] = 1; wr[5] = 0; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 0 && freep > 0 -> freep--; dep[5]++; kind[5] = 1; pfn[5] = 1; wr[5] = 1; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 1 && pfn[5] != 0 -> pfn[5] = 0; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 1 && pfn[5] != 1 -> pfn[5] = 1; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 1 && yg[5] == 0 -> yg[5] = 1; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 1 -> wr[5] = 1 - wr[5]; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 1 && dep[5] > 0 -> dep[5]--; kind[5] = 2; nr[5] = 2; pte[20] = 1 + 2*pfn[5] + wr[5]; pte[21] = 1 + 2*pfn[5] + wr[5]; pte[22] = 1 + 2*pfn[5] + wr[5]; pte[23] = 1 + 2*pfn[5] + wr[5]; pfn[5] = 0; wr[5] = 0; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 1 -> dep[5]--; freep++; kind[5] = 0; pfn[5] = 0; wr[5] = 0; yg[5] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 2 && nr[5] > 0 -> nr[5] = 0; pte[20] = 0; pte[21] = 0; pte[22] = 0; pte[23] = 0; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 2 && nr[5] == 0 -> kind[5] = 0; freep++; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 0 && freep > 0 -> freep--; kind[5] = 2; nr[5] = 1; pte[20] = 1; pte[21] = 1; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 2 && nr[5] == 0 -> nr[5] = 1; pte[20] = 1; pte[21] = 1; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] == 2 && nr[5] == 1 -> nr[5] = 2; pte[22] = 1; pte[23] = 1; assert(opt == 0 || (kind[5] == 1) == (dep[5] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] != 0 && kind[3] == 0 -> kind[3] = kind[5]; kind[5] = 0; pfn[3] = pfn[5]; pfn[5] = 0; wr[3] = wr[5]; wr[5] = 0; yg[3] = yg[5]; yg[5] = 0; dep[3] = dep[5]; dep[5] = 0; nr[3] = nr[5]; nr[5] = 0; pte[12] = pte[20]; pte[20] = 0; pte[13] = pte[21]; pte[21] = 0; pte[14] = pte[22]; pte[22] = 0; pte[15] = pte[23]; pte[23] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live && kind[5] != 0 && kind[4] == 0 -> kind[4] = kind[5]; kind[5] = 0; pfn[4] = pfn[5]; pfn[5] = 0; wr[4] = wr[5]; wr[5] = 0; yg[4] = yg[5]; yg[5] = 0; dep[4] = dep[5]; dep[5] = 0; nr[4] = nr[5]; nr[5] = 0; pte[16] = pte[20]; pte[20] = 0; pte[17] = pte[21]; pte[21] = 0; pte[18] = pte[22]; pte[22] = 0; pte[19] = pte[23]; pte[23] = 0; assert(opt == 0 || (kind[4] == 1) == (dep[4] == 1)); assert(freep <= 5) }
:: d_step { !live && ((kind[0] != 0) + (kind[1] != 0) + (kind[2] != 0)) <= freep -> freep = freep - ((kind[0] != 0) + (kind[1] != 0) + (kind[2] != 0)); live = 1; kind[3] = kind[0]; kind[4] = kind[1]; kind[5] = kind[2]; pfn[3] = pfn[0]; pfn[4] = pfn[1]; pfn[5] = pfn[2]; wr[3] = wr[0]; wr[4] = wr[1]; wr[5] = wr[2]; yg[3] = yg[0]; yg[4] = yg[1]; yg[5] = yg[2]; dep[3] = dep[0]; dep[4] = dep[1]; dep[5] = dep[2]; nr[3] = nr[0]; nr[4] = nr[1]; nr[5] = nr[2]; pte[12] = pte[0]; pte[13] = pte[1]; pte[14] = pte[2]; pte[15] = pte[3]; pte[16] = pte[4]; pte[17] = pte[5]; pte[18] = pte[6]; pte[19] = pte[7]; pte[20] = pte[8]; pte[21] = pte[9]; pte[22] = pte[10]; pte[23] = pte[11]; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
:: d_step { live -> freep = freep + ((kind[3] != 0) + (kind[4] != 0) + (kind[5] != 0)); live = 0; kind[3] = 0; kind[4] = 0; kind[5] = 0; pfn[3] = 0; pfn[4] = 0; pfn[5] = 0; wr[3] = 0; wr[4] = 0; wr[5] = 0; yg[3] = 0; yg[4] = 0; yg[5] = 0; dep[3] = 0; dep[4] = 0; dep[5] = 0; nr[3] = 0; nr[4] = 0; nr[5] = 0; pte[12] = 0; pte[13] = 0; pte[14] = 0; pte[15] = 0; pte[16] = 0; pte[17] = 0; pte[18] = 0; pte[19] = 0; pte[20] = 0; pte[21] = 0; pte[22] = 0; pte[23] = 0; assert(opt == 0 || (kind[3] == 1) == (dep[3] == 1)); assert(freep <= 5) }
od }

/**
 * Where PostgreSQL's conversion maps differ from the platform's decoders, in both directions.
 *
 *     code=character     hexadecimal
 *     code*count=character   a run of both
 *     code*count         no character
 */

export const latin5Corrections = 'd0=11e dd=130 de=15e f0=11f fd=131 fe=15f';

export const latin10Corrections = `
  a1*2=104 a3=141 a4=20ac a5=201e a6=160 a8=161 aa=218 ac=179 ae*2=17a b2=10c b3=142 b4=17d
  b5=201d b8=17e b9=10d ba=219 bc*2=152 be=178 bf=17c c3=102 c5=106 d0=110 d1=143 d5=150
  d7=15a d8=170 dd=118 de=21a e3=103 e5=107 f0=111 f1=144 f5=151 f7=15b f8=171 fd=119 fe=21b
`;

export const win1252Corrections = '8e=17d 9e=17e d0=d0 dd*2=dd f0=f0 fd*2=fd';

export const eucJpCorrections = `
  8fa2b7 8fa2c3=ffe4 8ff3a1*20 8ff3b7 8ff3f3*10=2170 8ff3fd*2=2160 8ff4a1*8=2162 8ff4a9=ff07
  8ff4aa=ff02 8ff4ab=3231 8ff4ac=2116 8ff4ad=2121 8ff4ae=70bb 8ff4af=4efc 8ff4b0=50f4
  8ff4b1=51ec 8ff4b2=5307 8ff4b3=5324 8ff4b4=fa0e 8ff4b5=548a 8ff4b6=5759 8ff4b7*2=fa0f
  8ff4b9=589e 8ff4ba=5bec 8ff4bb=5cf5 8ff4bc=5d53 8ff4bd=fa11 8ff4be=5fb7 8ff4bf=6085
  8ff4c0=6120 8ff4c1=654e 8ff4c2=663b 8ff4c3=6665 8ff4c4=fa12 8ff4c5=f929 8ff4c6=6801
  8ff4c7*2=fa13 8ff4c9=6a6b 8ff4ca=6ae2 8ff4cb=6df8 8ff4cc=6df2 8ff4cd=7028 8ff4ce*2=fa15
  8ff4d0=7501 8ff4d1=7682 8ff4d2=769e 8ff4d3=fa17 8ff4d4=7930 8ff4d5*4=fa18 8ff4d9=7ae7
  8ff4da*2=fa1c 8ff4dc=7da0 8ff4dd=7dd6 8ff4de=fa1e 8ff4df=8362 8ff4e0=fa1f 8ff4e1=85b0
  8ff4e2*2=fa20 8ff4e4=8807 8ff4e5=fa22 8ff4e6=8b7f 8ff4e7=8cf4 8ff4e8=8d76 8ff4e9*3=fa23
  8ff4ec=90de 8ff4ed=fa26 8ff4ee=9115 8ff4ef*2=fa27 8ff4f1=9592 8ff4f2=f9dc 8ff4f3=fa29
  8ff4f4=973b 8ff4f5=974d 8ff4f6=9751 8ff4f7*3=fa2a 8ff4fa=999e 8ff4fb=9ad9 8ff4fc=9b72
  8ff4fd=fa2d 8ff4fe=9ed1
`;

export const eucKrCorrections = 'a2e6=20ac a2e7=ae a2e8=327e';

export const eucCnCorrections =
  'a1a4=30fb a1aa=2015 a2a1*10 a6e0*12 a6ee*5 a6f4*2 a8bb a8bd*2 a8c0';

export const big5Corrections = `
  a145=2022 a14e=ff64 a15a=fffd a1c2=203e a1c3=fffd a1c5=fffd a1e3=223c a1f2=2641 a1f3=2609
  a1fe=fffd a240=fffd a241=ff0f a242=ff3c a244=a5 a246*2=a2 a2cc=fffd a2ce=fffd a3e1
  c6a1=30fe c6a2*2=309d c6a4=3005 c6a5*83=3041 c6f8*7=30a1 c740*63=30a8 c7a1*16=30e7
  c7b1*2=414 c7b3=401 c7b4*7=416 c7bb*19=423 c7ce=451 c7cf*26=436 c7e9*10=2460 c7f3*10=2474
  f9dd*34
`;

export const gb18030Corrections = `
  a3a0=e5e5 a6d9*7=e78d a6ec*2=e794 a6f3=e796 a8bc=e7c7 fe59=e81e fe61=e826 fe66*2=e82b
  fe6d=e832 fe7e=e843 fe90=e854 fea0=e864
`;

/** Characters that many codes or none stand for, and what is written for them. */
export const sjisWritten = `
  a2*2=8191 a5=5c ac=81ca 2016=8161 203e=7e 2212=817c 221a=81e3 2220=81da 2229=81bf
  222a=81be 222b=81e7 2235=81e6 2252=81e0 2261=81df 22a5=81db 301c=8160 ffe2=81ca
`;
